/// Exactly once: what the replicated state remembers of clients' requests, so that a request that
/// is sent again is not run again, and is answered as it was the first time (thesis §6.3).
///
/// ```
/// committed entry -> SessionMachine.apply -> SessionTable: seen before? -> its first reply
///                          |                       no
///                          +---> StateMachine.apply, and the table remembers the reply
/// ```
///
/// A request is named by its session, 64 bits that the client draws at random, and by its sequence
/// in it. Read [io.raftctl.statemachine.session.SessionCommand] for what an entry can ask for,
/// [io.raftctl.statemachine.session.Stamp] for what it says about its request,
/// [io.raftctl.statemachine.session.Fate] for what comes of it, then
/// [io.raftctl.statemachine.session.SessionTable].
///
/// **Opening costs nothing.** A session is opened by whichever of its entries is committed first;
/// nothing is committed in advance. What makes that hard is the late retry: when the session has
/// expired meanwhile, it must not be taken for a new one. So each entry carries `since`, a
/// committed index that the client learnt (from any node's status, however stale) before it sent
/// the first request of the session. Every entry of the session then stands behind `since`, for
/// what is committed up to there was committed before the session began. And the table keeps the
/// **horizon**, the highest place at which a session that has expired was last used. If an entry
/// `j` of a session ran, and the session expired, then `horizon >= last use >= j > since`. Turned
/// round: an unknown session with `since >= horizon` never ran anything, so it is new; any other is
/// refused. It holds for a retry of the very first entry as well, and needs no clock, no window of
/// a guessed size, and no assumption on how long a message may be under way.
///
/// **Forgetting.** A client says along with each request below which sequence everything is settled
/// for it; that is forgotten. Beyond, the least recently used sessions expire, in the order of the
/// log, when there are too many or they take too much; and one session that takes too much forgets
/// its lowest sequences. What is forgotten never runs again: below a session's floor nothing does.
///
/// **Out of order.** Sequences may come with gaps and in any order. A client that wants its order
/// kept names the request that each one must follow
/// ([io.raftctl.statemachine.session.Stamp#after]); one that comes before its turn does nothing,
/// and may be sent again.
///
/// **Tombstones.** A cancelled request counts as one that had its turn, and never runs. The
/// tombstone opens the session if it is not known, since the request may be under way; once the
/// session expires, the request's own `since` lies before the horizon, so it is refused still.
///
/// Imports the state machine's seam and nothing else of the project. Deterministic: no clock,
/// thread, locale or hash order.
@NullMarked
package io.raftctl.statemachine.session;

import org.jspecify.annotations.NullMarked;
