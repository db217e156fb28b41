/// The commands that write to a cluster, and the one that tells what became of a write.
///
/// Read [io.raftctl.cli.submit.SubmitCommand] first: one command, or with `-` many of them, which
/// is `StreamSubmission`. [io.raftctl.cli.submit.WriteCommand] is the same with the store's words;
/// [io.raftctl.cli.submit.OutcomeCommand] settles what ended in doubt.
@NullMarked
package io.raftctl.cli.submit;

import org.jspecify.annotations.NullMarked;
