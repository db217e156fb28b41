/// Judges what clients saw: is there an order of all operations, each at one moment between its
/// call and its return, in which a single object would have answered just so (Herlihy and Wing,
/// 1990)?
///
/// ```
/// format -> History -> Checker -> search, an object at a time -> Verdict
///                         model
/// ```
///
/// Objects are judged apart, because linearizability is local: a history is linearizable if the
/// operations on each object are (P-compositionality of Horn and Kroening, 2015).
///
/// Read [io.raftctl.linearizability.Operation], then [io.raftctl.linearizability.search.Search],
/// which says how it searches and why it may leave out what it leaves out.
///
/// Imports of raftctl how pages are made, and nothing that knows what was judged.
@NullMarked
package io.raftctl.linearizability;

import org.jspecify.annotations.NullMarked;
