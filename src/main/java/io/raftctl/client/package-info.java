/// Leader discovery, retry, sessions and outcomes, written once for every command.
@NullMarked
package io.raftctl.client;

import org.jspecify.annotations.NullMarked;
