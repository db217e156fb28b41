package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void knowsARunningProcessAgain() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    assertThat(self.alive()).isTrue();
    assertThat(self.running()).contains(ProcessHandle.current());
  }

  @Test
  void aProcessWithAReusedPidIsAnother() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    ProcessIdentity earlier = new ProcessIdentity(self.pid(), self.startedMillis() - 60_000);
    assertThat(earlier.alive()).isFalse();
  }

  @Test
  void neverSignalsAProcessWithAReusedPid() throws Exception {
    Process innocent = new ProcessBuilder("cat").start();
    try {
      ProcessIdentity now = ProcessIdentity.of(innocent.toHandle());
      ProcessIdentity earlier = new ProcessIdentity(now.pid(), now.startedMillis() - 60_000);
      assertThat(Signal.KILL.sendTo(earlier)).isFalse();
      assertThat(now.alive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }
}
