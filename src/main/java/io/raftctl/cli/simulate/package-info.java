/// `raftctl simulate`: the command, and how it tells what the seeds came to.
@NullMarked
package io.raftctl.cli.simulate;

import org.jspecify.annotations.NullMarked;
