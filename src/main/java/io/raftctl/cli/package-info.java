/// The command line: a class per command, option mixins, exit codes.
@NullMarked
package io.raftctl.cli;

import org.jspecify.annotations.NullMarked;
