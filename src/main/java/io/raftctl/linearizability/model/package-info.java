/// Objects as if one client at a time used them. `Models` lists them.
///
/// Imports operations, and knows nothing of searches.
@NullMarked
package io.raftctl.linearizability.model;

import org.jspecify.annotations.NullMarked;
