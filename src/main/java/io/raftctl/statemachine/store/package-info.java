/// The key-value store: revisions, transactions, watches and leases.
@NullMarked
package io.raftctl.statemachine.store;

import org.jspecify.annotations.NullMarked;
