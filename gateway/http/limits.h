#ifndef LIENTHONG_GATEWAY_HTTP_LIMITS_H_
#define LIENTHONG_GATEWAY_HTTP_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace lienthong::http {

// What one client, and all of them together, can make the listener spend. What a body or a handler
// may take is said by each route.
struct Limits {
  // Never more than half of the file descriptors that the process may open.
  int connections_max = 512;
  int connections_per_peer_max = 64;
  int requests_per_connection_max = 1000;
  size_t header_bytes_max = 16 << 10;
  // Of bodies that are held, all together; what streams is not held.
  size_t held_bodies_bytes_max = 96 << 20;
  absl::Duration handshake_timeout = absl::Seconds(5);
  // Between two requests of a connection.
  absl::Duration idle_timeout = absl::Seconds(75);
  // From the first byte of a request to the end of its header; also for the first byte of all.
  absl::Duration header_timeout = absl::Seconds(10);
  // For a body to come, or an answer to be taken, at the slowest: so long, and a second more for
  // each bytes_per_second_min of it.
  absl::Duration transfer_timeout = absl::Seconds(20);
  int64_t bytes_per_second_min = 16 << 10;
  // Bounds how long a peer stays whose certificate was taken back.
  absl::Duration connection_age_max = absl::Minutes(30);
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_LIMITS_H_
