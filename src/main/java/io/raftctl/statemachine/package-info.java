/// What committed commands run on, and the sessions that run each exactly once.
@NullMarked
package io.raftctl.statemachine;

import org.jspecify.annotations.NullMarked;
