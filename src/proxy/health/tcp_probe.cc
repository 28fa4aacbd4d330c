// Health by TCP: that the endpoint takes a connection, or what it says on it.
#include <array>

#include "proxy/health/probe.h"

namespace weft::proxy {
namespace {

constexpr size_t kTcpAnswerMax = 64 * 1024;  // in which everything that is awaited must have come

// Whether all of `parts` are in the answer, one behind the other.
bool holds_in_order(std::string_view answer, const std::vector<std::string>& parts) {
  size_t from = 0;
  for (const std::string& part : parts) {
    const size_t at = answer.find(part, from);
    if (at == answer.npos) return false;
    from = at + part.size();
  }
  return true;
}

class TcpProbe final : public Probe {
 public:
  explicit TcpProbe(ProbeParts parts)
      : parts_(std::move(parts)), check_(&std::get<decide::TcpCheck>(parts_.check->how)) {}

  runtime::Task<CheckResult> run(Time deadline) override {
    const Result<> answered = co_await ask(deadline);
    const bool may_stay = answered && parts_.check->reuses_connection && !check_->receive.empty();
    if (!may_stay) stream_.reset();
    co_return answered ? CheckResult::passed : CheckResult::unanswered;
  }

 private:
  runtime::Task<Result<>> ask(Time deadline) {
    if (!is_quiet()) {
      stream_.reset();
      WEFT_CO_TRY(stream_,
                  co_await parts_.dialer.dial({.to = parts_.to, .source = parts_.source, .deadline = deadline}));
    }
    if (!check_->send.empty()) WEFT_CO_CHECK(co_await net::write_all(*stream_, check_->send, deadline));
    std::string answer;
    while (!holds_in_order(answer, check_->receive)) {
      std::array<char, 4096> bytes;
      WEFT_CO_TRY(const size_t size, co_await net::read_some(*stream_, bytes, deadline));
      if (size == 0 || answer.size() + size > kTcpAnswerMax)
        co_return fail(Reason::closed, "another answer than the one awaited", Side::endpoint);
      answer.append(bytes.data(), size);
    }
    co_return Result<>();
  }

  // A connection of an earlier check on which nothing has come since.
  bool is_quiet() {
    if (!stream_) return false;
    char byte;
    return stream_->try_read({&byte, 1}).would_block();
  }

  ProbeParts parts_;
  const decide::TcpCheck* check_;
  std::unique_ptr<net::Stream> stream_;
};

}  // namespace

std::unique_ptr<Probe> make_tcp_probe(ProbeParts parts) {
  return std::make_unique<TcpProbe>(std::move(parts));
}

}  // namespace weft::proxy
