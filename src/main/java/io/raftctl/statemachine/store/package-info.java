/// The built-in state machine: a key-value store that speaks in lines of text.
///
/// ```
/// command (bytes) -> StoreCommand.parse -> KeyValueStore.apply -> Reply
///                        |
///                    CommandText: words and quotes
/// ```
///
/// Read [io.raftctl.statemachine.store.KeyValueStore] first; it lists the commands and their
/// replies. The package imports the state machine's seam and nothing else of raftctl: it knows no
/// log, no network and no clock.
@NullMarked
package io.raftctl.statemachine.store;

import org.jspecify.annotations.NullMarked;
