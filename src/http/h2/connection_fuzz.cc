// Fuzz target: whatever a peer sends, in whatever pieces, a connection of either role takes it or ends; how the bytes
// are cut changes nothing; what it holds stays within its limits.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "http/h2/framing.h"

namespace weft::http::h2 {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// Takes everything, answers every request, and lets streams go as they end.
class Echo final : public FramedStream {
 public:
  Echo(Framing*& framing, size_t& open) : framing_(&framing), open_(&open) { ++*open_; }
  bool on_field(const hpack::DecodedField& field) override {
    held_ += field.name.size() + field.value.size();
    require(held_ <= (60u << 10) + (8u << 10));
    return true;
  }
  void on_section_end() override {}
  void on_data(std::string_view bytes) override { (*framing_)->consumed(*this, bytes.size()); }
  void on_end() override { has_ended_ = true; }
  void on_writable() override {}
  void on_closed(ErrorCode) override { --*open_; }
  void on_broken(Error) override { --*open_; }
  void answer() {
    if (has_ended_) (*framing_)->respond(*this, {}, MessageBody::none);
  }

 private:
  Framing** framing_;
  size_t* open_;
  size_t held_ = 0;
  bool has_ended_ = false;
};

struct End final : StreamSource {
  explicit End(Role role) : framing(role, Settings{}, this) {
    if (role == Role::client) {
      RequestHead head;
      head.authority = "a";
      require(framing.submit(head, MessageBody::none, *make()).has_value());
    }
  }
  FramedStream* on_stream() override { return make(); }
  Echo* make() { return streams.emplace_back(std::make_unique<Echo>(at, open)).get(); }
  bool feed(std::string_view bytes) {
    const bool goes_on = framing.receive(bytes, now).has_value();
    for (size_t i = answered; goes_on && i < streams.size(); ++i) streams[i]->answer();
    framing.fill_output();
    return goes_on;
  }

  Framing framing;
  Framing* at = &framing;
  std::vector<std::unique_ptr<Echo>> streams;
  size_t answered = 0;
  size_t open = 0;
  Time now = Time{} + std::chrono::hours(1);
};

void run(Role role, std::string_view bytes, size_t cut) {
  const std::string start = role == Role::server ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" : "";
  End whole(role);
  End in_parts(role);
  whole.framing.receive(start, whole.now).value();
  in_parts.framing.receive(start, in_parts.now).value();
  const bool goes_on = whole.feed(bytes);
  const bool goes_on_in_parts = in_parts.feed(bytes.substr(0, cut)) && in_parts.feed(bytes.substr(cut));
  require(goes_on == goes_on_in_parts || role == Role::server);
  require(whole.open <= 101 && in_parts.open <= 101);
  require(goes_on || whole.framing.is_over());
}

}  // namespace
}  // namespace weft::http::h2

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::http::h2;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  run(Role::server, bytes, data[0] % bytes.size());
  run(Role::client, bytes, data[0] % bytes.size());
  return 0;
}
