#include "tls/tickets.h"

#include <openssl/ssl.h>

namespace weft::tls {
namespace {

// More connections than these are seldom opened at once; each is some kilobytes.
constexpr size_t kTicketsMax = 4;

}  // namespace

Tickets::~Tickets() {
  forget();
}

void Tickets::forget() {
  for (SSL_SESSION* session : sessions_) SSL_SESSION_free(session);
  sessions_.clear();
}

void Tickets::add(const Context& context, SSL_SESSION* session) {
  if (context_ != &context) forget();
  context_ = &context;
  if (sessions_.size() == kTicketsMax) {
    SSL_SESSION_free(sessions_.front());
    sessions_.erase(sessions_.begin());
  }
  sessions_.push_back(session);
}

SSL_SESSION* Tickets::take(const Context& context) {
  if (context_ != &context || sessions_.empty()) return nullptr;
  SSL_SESSION* const newest = sessions_.back();
  sessions_.pop_back();
  return newest;
}

}  // namespace weft::tls
