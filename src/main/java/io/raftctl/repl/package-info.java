/// The interactive prompt; the command line gives it its commands.
@NullMarked
package io.raftctl.repl;

import org.jspecify.annotations.NullMarked;
