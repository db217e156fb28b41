/// Sessions that count, and a judge who knows what they must have counted to.
///
/// [io.raftctl.torture.count.Load] has a [io.raftctl.torture.count.Counter] a session;
/// [io.raftctl.torture.count.Judge] settles what is in doubt and asks every node what it holds;
/// `Verdict` says what cannot be.
@NullMarked
package io.raftctl.torture.count;

import org.jspecify.annotations.NullMarked;
