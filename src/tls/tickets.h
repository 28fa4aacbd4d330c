// Tickets: the sessions that a server has offered a client to resume (RFC 8446 4.6.1), the newest kept. One is used
// once: whoever sees it twice could tie connections together.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

struct ssl_session_st;

namespace weft::tls {

class Context;

// Of one client and one server; one shard. A resumed connection proves no certificate anew, so tickets are good for the
// context they came by alone: with new keys, roots or rules they are gone.
class Tickets {
 public:
  Tickets() = default;
  ~Tickets();
  Tickets(const Tickets&) = delete;
  Tickets& operator=(const Tickets&) = delete;

  // Takes over one reference to the session.
  void add(const Context& context, ssl_session_st* session);
  // The newest one; nullptr: there is none. The caller has its reference then.
  ssl_session_st* take(const Context& context);

  size_t size() const { return sessions_.size(); }

 private:
  void forget();

  const Context* context_ = nullptr;  // compared, never followed
  std::vector<ssl_session_st*> sessions_;
};

}  // namespace weft::tls
