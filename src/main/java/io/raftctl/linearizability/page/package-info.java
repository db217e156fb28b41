/// Shows a person why a history is not linearizable.
///
/// Imports histories and verdicts, and knows nothing of searches.
@NullMarked
package io.raftctl.linearizability.page;

import org.jspecify.annotations.NullMarked;
