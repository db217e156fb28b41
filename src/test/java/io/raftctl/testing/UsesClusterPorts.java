package io.raftctl.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Tests that start local clusters where these choose their ports: one class at a time, as the
/// registries that keep two clusters apart are not the same.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock("the ports from 7001 on")
public @interface UsesClusterPorts {}
