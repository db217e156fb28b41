/// `bench`: what is measured, and how the result is said.
///
/// [io.raftctl.cli.bench.BenchCommand] runs what [io.raftctl.cli.bench.Bench] lists, with the
/// numbers of [io.raftctl.cli.bench.BenchOptions]; the two reports print tables and JSON. How
/// things are measured stands in `benchmark`.
@NullMarked
package io.raftctl.cli.bench;

import org.jspecify.annotations.NullMarked;
