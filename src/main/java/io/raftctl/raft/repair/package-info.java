/// Entries that this node's disk has lost: what is known of them, and whom to ask next.
/// - [io.raftctl.raft.repair.Inquiry]: one peer after another, unhurried.
/// - [io.raftctl.raft.repair.Fetch]: a snapshot that holds what is lost, chunk by chunk.
/// - [io.raftctl.raft.repair.Damage]: what the operator is told.
///
/// `Repair` in the package above decides; this package counts. The idea is that of Alagappan et
/// al., "Protocol-Aware Recovery for Consensus-Based Storage" (FAST 2018): a disk that loses an
/// entry keeps its **name** (term, index, length and checksum), so that a log with holes can still
/// be compared, and the protocol knows what may be done about a hole.
///
/// ```
///   disk: 1@1 2@1 ### 4@2      "3@1 is lost"
///                  |
///        RequestEntries(3@1) --> any peer, leader or not, in any term
///        EntriesReply(3@1 x) <-- whoever holds it whole
///                  |
///   disk: 1@1 2@1 3@1 4@2      exactly the bytes that were lost, or nothing
/// ```
///
/// Why nothing wrong can come of it:
/// 1. **An answer is the entry that was lost.** A term and an index name one entry for all time
///    (Log Matching, §5.3): whoever holds that name holds that entry, whatever its role and term.
///    So questions and answers neither heed terms nor move them. The checksum that was kept is
///    compared besides.
/// 2. **What was promised stays promised.** A vote is compared with the last name of the log, lost
///    or not (§5.4.1), so nobody is elected who lacks an entry that this node once vouched for. The
///    argument of Leader Completeness asks of a voter only that it *knows* the entry.
/// 3. **What is lost is not counted again.** A follower vouches for its log up to the first hole
///    only, and a leader has no hole: it stops to lead when it finds one, and nobody with a hole
///    campaigns. Whatever is newly committed stands whole on a majority of disks.
/// 4. **A hole ends in three ways only**: it is mended by (1); a leader replaces the entry because
///    it never was committed (§5.3), as it would have replaced the whole one; or a snapshot covers
///    it, which holds what it came to. Nobody ever guesses that a lost entry was not committed.
/// 5. **Nothing is applied past a hole.** So a state machine sees each entry in its order, or
///    waits.
///
/// And why it ends well if some node holds each entry whole: all nodes with holes ask all others,
/// so each hole in the log with the greatest last id is mended, and its node campaigns. Where all
/// copies of an entry that may be committed are lost, every node that knows its name has a hole
/// there, and those that do not know it have older logs and find no majority: no leader, no answer
/// rather than a wrong one.
///
/// What only a snapshot still holds is sent by the leader. A node that knows none asks for it
/// itself, of whoever has said that it has one: otherwise nobody could be elected where a majority
/// lost an entry that the others have in a snapshot already, and these have older logs. A snapshot
/// holds what is committed, so it may take the place of what is before its last entry, whoever
/// gives it and in whatever term.
///
/// **A snapshot that is lost itself** is a hole before the log: where no intact one reaches the
/// log's first entry, nothing is left of what lies before but the name of the entry there, the
/// *base*. It counts as lost, and stands for all up to it. What was said above holds of it, and
/// besides:
/// - **All up to the base is committed**, as a snapshot held it. So the node's log agrees up to
///   there with each that is elected, and the base is never replaced: only a snapshot that is not
///   older ends this hole. It says so when it asks, and whoever holds the base in its log learns
///   that it is committed; one that has no snapshot as new takes one as soon as all that is
///   applied. So a node that has fallen back to its older snapshot helps, even where nobody leads.
/// - **It votes by its names**: its last entry, or the base where the log is empty, which is no
///   less than it has ever vouched for.
/// - **It vouches for nothing from the base on** before it has such a snapshot. It could vouch for
///   the entries behind, which are whole, and nothing acknowledged would be lost by that. But
///   `matchIndex` says that a node has all up to there: leaders would take it for well, and hand
///   over to it. It keeps the entries, and vouches for all of them at once when the snapshot is
///   there.
/// - **It applies nothing, and answers no read**, not even a stale one: it has no state, not an old
///   one. Nor does it give a snapshot; entries that it holds it gives.
/// - **Who the members are it does not know**, if no later entry says so. It counts nobody's votes,
///   so it needs them only to ask: the members by its settings, its leader, and whoever speaks to
///   it. A node that forgot its term and vote too ([io.raftctl.raft.rejoin]) waits for the snapshot
///   first, since it must know who all are.
///
/// Imports the records of the core and nothing else of the project.
@NullMarked
package io.raftctl.raft.repair;

import org.jspecify.annotations.NullMarked;
