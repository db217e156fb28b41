package io.raftctl.storage;

import java.io.IOException;

/// The file system is full, or this user's share of it.
///
/// It is an error like others for whoever writes over what is there: nobody can tell how much of
/// that was written. Whoever makes a new file may remove it and try again later.
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1;

  public NoRoomException(String message) {
    super(message);
  }

  public NoRoomException(String message, Throwable cause) {
    super(message, cause);
  }
}
