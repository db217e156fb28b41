package io.raftctl;

/** Starts the program. */
public final class Launch {
  private Launch() {}

  public static void main(String[] args) throws Exception {
    io.raftctl.cli.Main.main(args);
  }
}
