package io.raftctl.server.fault;

import io.raftctl.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A disk that fails when it is asked to. What was written before a sync that fails is where it
/// was: the node must not believe it all the same, and ends.
public final class FaultyDisk implements Disk {
  private final Disk real;
  private final DiskFaults faults;

  public FaultyDisk(Disk real, DiskFaults faults) {
    this.real = real;
    this.faults = faults;
  }

  @Override
  public List<String> list() throws IOException {
    return real.list();
  }

  @Override
  public File open(String name) throws IOException {
    return new FaultyFile(name, real.open(name));
  }

  @Override
  public File create(String name) throws IOException {
    faults.grow(name);
    return new FaultyFile(name, real.create(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    real.rename(from, to);
  }

  @Override
  public void remove(String name) throws IOException {
    real.remove(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    faults.sync(real);
    real.syncDirectory();
  }

  @Override
  public String toString() {
    return real.toString();
  }

  private final class FaultyFile implements File {
    private final String name;
    private final File file;

    FaultyFile(String name, File file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    /// A full disk takes what needs no room: writes over what is there.
    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      if (faults.isFull() && position + source.remaining() > file.size()) {
        faults.grow(name);
      }
      file.write(source, position);
    }

    @Override
    public void sync() throws IOException {
      faults.sync(name);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }
}
