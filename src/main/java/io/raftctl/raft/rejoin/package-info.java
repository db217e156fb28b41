/// The way back of a node whose disk has lost its term and its vote, and still has its log.
///
/// Such a node may have voted in a term that it does not know any more, and may have promised to
/// take nothing from any leader before it. Until it knows better it counts for nothing: it does not
/// vote or campaign, what it accepts is marked so that no commit rests on it, and it answers no
/// heartbeat, so that no read, no lease and no leadership does.
///
/// **It is safe once every other member has told its term**, after this node's start. Whoever asks
/// for a vote, or sends entries, has synced its term before. So each vote and each promise that was
/// forgotten is of a term not above the highest of those told; in that one it votes for nobody, and
/// in a later one it cannot have voted. **A majority is not enough**: the one candidate that got
/// the forgotten vote may be the one that was not asked. It would count the vote, and a rival in
/// the same term the second one.
///
/// Members are those of this node's own log, learners too, and those that the others name: what
/// this node's log does not know yet, a majority of the members before it does. They also tell
/// where those are reached: a learner speaks to nobody, and would never be found otherwise. A node
/// that forgot as well cannot tell, so two of them wait until a change of the members removes one.
///
/// A node that is the only member has nobody to ask, and needs nobody: its vote could only have
/// been for itself. The same holds for the only voter among learners, but for one thing: nobody
/// else needs to have synced its term before it leads, so it could lead in a forgotten term once
/// more and send other entries under the same names. Such a leader sends only what it has synced
/// itself, and the log it then has proves the term.
///
/// What was acknowledged before the loss stays so: the entries are in the log, and their terms keep
/// out every leader from before them.
@NullMarked
package io.raftctl.raft.rejoin;

import org.jspecify.annotations.NullMarked;
