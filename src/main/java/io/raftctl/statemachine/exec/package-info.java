/// A state machine that is a program of its own, in any language.
///
/// ```
///   ExecMachine  --ask-->  Dialect (lines or jsonl)  -->  Program (one life of the process)
///        |                                                   |
///     Replies (what it said, to be compared)             Complaints (its standard error)
/// ```
///
/// Read [io.raftctl.statemachine.exec.ExecMachine] first. It blocks while the program thinks, so it
/// is called by a thread of its own and never by a node's loop. Where the program dies it says so
/// by [io.raftctl.statemachine.MachineLostException], and whoever has the log applies it again;
/// starting the program anew, with pauses that grow, is the machine's own business.
///
/// The one state machine that has processes, threads and a clock; none of them decides a reply.
@NullMarked
package io.raftctl.statemachine.exec;

import org.jspecify.annotations.NullMarked;
