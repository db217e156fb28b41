/// The seam between the log and what it is for: [io.raftctl.statemachine.StateMachine] runs
/// committed commands, [io.raftctl.statemachine.Reply] is what it says to them. The built-in
/// key-value store is in `store`; `session` stands before any of them and runs each request once.
///
/// Imports nothing of the project. Deterministic: no clock, thread, locale or hash order.
@NullMarked
package io.raftctl.statemachine;

import org.jspecify.annotations.NullMarked;
