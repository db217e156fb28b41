/// `raftctl check`: the command, and how it tells a verdict.
@NullMarked
package io.raftctl.cli.check;

import org.jspecify.annotations.NullMarked;
