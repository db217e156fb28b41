package io.raftctl.server.fault;

import io.raftctl.storage.Disk;
import io.raftctl.storage.PassingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A disk that fails when it is asked to. What was written before a sync that fails is where it
/// was: the node must not believe it all the same, and ends.
public final class FaultyDisk extends PassingDisk {
  private final DiskFaults faults;

  public FaultyDisk(Disk real, DiskFaults faults) {
    super(real);
    this.faults = faults;
  }

  @Override
  public File open(String name) throws IOException {
    return new FaultyFile(name, super.open(name));
  }

  @Override
  public File create(String name) throws IOException {
    faults.grow(name);
    return new FaultyFile(name, super.create(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    faults.sync(this);
    super.syncDirectory();
  }

  private final class FaultyFile extends PassingFile {
    private final String name;

    FaultyFile(String name, File file) {
      super(file);
      this.name = name;
    }

    /// A full disk takes what needs no room: writes over what is there.
    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      if (faults.isFull() && position + source.remaining() > size()) {
        faults.grow(name);
      }
      super.write(source, position);
    }

    @Override
    public void sync() throws IOException {
      faults.sync(name);
      super.sync();
    }
  }
}
