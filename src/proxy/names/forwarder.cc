#include "proxy/names/forwarder.h"

#include "base/strings.h"
#include "proxy/names/framed_message.h"

namespace weft::proxy {
namespace {

constexpr size_t kHeaderSize = 12;

uint16_t id_of(std::string_view message) {
  return static_cast<uint16_t>(static_cast<unsigned char>(message[0]) << 8 | static_cast<unsigned char>(message[1]));
}

void set_id(std::string& message, uint16_t id) {
  message[0] = static_cast<char>(id >> 8);
  message[1] = static_cast<char>(id & 0xff);
}

// Whether it is a response to exactly this question. The resolver may answer in another case.
bool answers(std::string_view message, const net::DnsQuery& query) {
  const bool is_response = (static_cast<unsigned char>(message[2]) & 0x80) != 0;
  const bool one_question = message[4] == 0 && message[5] == 1;
  const std::string_view rest = message.substr(kHeaderSize);
  return is_response && one_question && rest.size() >= query.question.size() &&
         equal_ignoring_case(rest.substr(0, query.question.size()), query.question);
}

}  // namespace

Forwarder::Forwarder(runtime::Reactor& reactor, Resolver& resolver, Random& random)
    : reactor_(&reactor), resolver_(&resolver), random_(&random), gate_(reactor) {}

Forwarder::~Forwarder() = default;

runtime::Task<Result<std::string>> Forwarder::ask(const net::DnsQuery& query, std::string_view message) {
  if (closing_) co_return fail(Reason::cancelled, "the DNS server is closing");
  if (pending_.size() >= kPendingMax) co_return fail(Reason::overflow, "too many DNS queries are under way");
  const Time deadline = reactor_->now() + kTimeout;
  Pending pending(*reactor_, query);
  const uint16_t id = free_id();
  // Leaves the table however this coroutine ends.
  struct Place {
    Place(std::unordered_map<uint16_t, Pending*>& in, uint16_t at, Pending& waiting) : table(in), id(at) {
      table[id] = &waiting;
    }
    ~Place() { table.erase(id); }
    std::unordered_map<uint16_t, Pending*>& table;
    uint16_t id;
  };
  const Place place(pending_, id, pending);
  std::string question(message);
  set_id(question, id);
  WEFT_CO_CHECK(co_await send(question, deadline));
  if (pending.answer.empty()) co_await pending.answered.wait(deadline);
  if (pending.answer.empty()) co_return fail(Reason::timed_out, "the host's resolver did not answer");
  set_id(pending.answer, query.id);
  co_return std::move(pending.answer);
}

runtime::Task<Result<std::string>> Forwarder::ask_over_tcp(std::string_view message) {
  if (closing_) co_return fail(Reason::cancelled, "the DNS server is closing");
  const Time deadline = reactor_->now() + kTimeout;
  const std::string question(message);
  WEFT_CO_TRY(const auto stream, co_await resolver_->open_stream(deadline));
  WEFT_CO_CHECK(co_await write_framed(*stream, question, deadline));
  ByteBuffer received;
  WEFT_CO_TRY(auto answer, co_await read_framed(*stream, received, deadline));
  if (!answer || answer->size() < kHeaderSize || id_of(*answer) != id_of(question)) {
    co_return fail(Reason::malformed, "the host's resolver answered something else");
  }
  co_return *std::move(answer);
}

runtime::Task<Result<>> Forwarder::send(std::string_view message, Time deadline) {
  if (!socket_) {
    WEFT_CO_TRY(auto opened, co_await resolver_->open_datagram(deadline));
    // Another query may have opened one meanwhile.
    if (!socket_ && !closing_) {
      socket_ = std::move(opened);
      spawn(gate_, receive());
    }
  }
  if (!socket_) co_return fail(Reason::cancelled, "the DNS server is closing");
  const net::Io io = socket_->try_send(message);
  if (io.done()) co_return Result<>{};
  if (io.would_block()) co_return fail(Reason::overflow, "the socket to the host's resolver is full");
  socket_->cancel();
  socket_.reset();
  co_return fail(system_error("asking the host's resolver", io.error));
}

runtime::Task<void> Forwarder::receive() {
  const auto socket = socket_;
  std::string buffer(net::kDnsMessageMax, '\0');
  for (;;) {
    const net::Io io = socket->try_receive(buffer, nullptr);
    if (io.done()) {
      take(std::string_view(buffer).substr(0, io.size));
    } else if (!io.would_block()) {
      break;
    } else if (co_await socket->readable() != runtime::Wait::ready) {
      co_return;
    }
  }
  // The resolver's port is closed: nobody will answer; the next query opens another socket.
  if (socket_ == socket) socket_.reset();
  for (const auto& [id, pending] : pending_) pending->answered.wake(runtime::Wait::cancelled);
}

void Forwarder::take(std::string_view answer) {
  if (answer.size() < kHeaderSize) return;
  const auto found = pending_.find(id_of(answer));
  if (found == pending_.end() || !answers(answer, *found->second->query)) return;
  found->second->answer = answer;
  found->second->answered.wake(runtime::Wait::ready);
}

// Unpredictable, so that nobody can answer in the resolver's place. The table is far from full: see kPendingMax.
uint16_t Forwarder::free_id() {
  for (;;) {
    const auto id = static_cast<uint16_t>(random_->below(65536));
    if (!pending_.contains(id)) return id;
  }
}

runtime::Task<void> Forwarder::close() {
  closing_ = true;
  if (socket_) socket_->cancel();
  for (const auto& [id, pending] : pending_) pending->answered.wake(runtime::Wait::cancelled);
  co_await gate_.close();
}

}  // namespace weft::proxy
