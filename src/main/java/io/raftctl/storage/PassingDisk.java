package io.raftctl.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A disk that hands everything on to another one. Whoever extends it spoils what it likes.
public abstract class PassingDisk implements Disk {
  private final Disk real;

  protected PassingDisk(Disk real) {
    this.real = real;
  }

  @Override
  public List<String> list() throws IOException {
    return real.list();
  }

  @Override
  public File open(String name) throws IOException {
    return real.open(name);
  }

  @Override
  public File create(String name) throws IOException {
    return real.create(name);
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
    real.syncDirectory();
  }

  @Override
  public String toString() {
    return real.toString();
  }

  /// A file that hands everything on to another one.
  protected abstract static class PassingFile implements File {
    private final File real;

    protected PassingFile(File real) {
      this.real = real;
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return real.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      real.write(source, position);
    }

    @Override
    public void sync() throws IOException {
      real.sync();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }

    @Override
    public String toString() {
      return real.toString();
    }
  }
}
