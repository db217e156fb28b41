/// HTTP/1.1 beside gRPC on one port.
///
/// ```
///   connection --> PortSniffer --preface of HTTP/2--> gRPC's own handlers
///                       |
///                       +------capital letters------> HttpConnection --Request--> Routes
///                       |                                            <--Response--
///                       +------anything else--------> closed
/// ```
///
/// Read [PortSniffer], then [HttpConnection]. The package knows bytes, limits and deadlines, but no
/// route: those come from outside as [Routes].
@NullMarked
package io.raftctl.server.http;

import org.jspecify.annotations.NullMarked;
