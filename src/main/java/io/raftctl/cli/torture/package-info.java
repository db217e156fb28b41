/// `torture`: which promises are put to the test, and how what was found is said.
///
/// [io.raftctl.cli.torture.TortureCommand] reads what is wanted, and
/// [io.raftctl.cli.torture.TortureReport] prints rounds and their sums, as lines and a table or as
/// JSON. What is done to a cluster stands in `torture`.
@NullMarked
package io.raftctl.cli.torture;

import org.jspecify.annotations.NullMarked;
