#include "telemetry/access_log.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <poll.h>
#include <unistd.h>

namespace weft::telemetry {
namespace {

constexpr size_t kFlushBytes = 32 * 1024;
constexpr size_t kPendingBytesMax = 256 * 1024;

// Appends fields with one space between them.
class Line {
 public:
  explicit Line(ByteBuffer& out) : out_(&out) {}

  void plain(std::string_view text) {
    separate();
    out_->append(text.empty() ? "-" : text);
  }
  void quoted(std::string_view text) {
    separate();
    out_->append("\"");
    out_->append(text.empty() ? "-" : text);
    out_->append("\"");
  }
  void number(uint64_t value) {
    char digits[20];
    plain({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }

 private:
  void separate() {
    if (!first_) out_->append(" ");
    first_ = false;
  }
  ByteBuffer* out_;
  bool first_ = true;
};

char* put_digits(char* out, unsigned value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

// 2026-01-02T03:04:05.678Z
std::string_view print(WallTime time, char (&text)[32]) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  char* at = put_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  *at++ = '-';
  at = put_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  at = put_digits(at, static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  at = put_digits(at, static_cast<unsigned>(clock.hours().count()), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<unsigned>(clock.minutes().count()), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<unsigned>(clock.seconds().count()), 2);
  *at++ = '.';
  at = put_digits(at, static_cast<unsigned>(clock.subseconds().count()), 3);
  *at++ = 'Z';
  return {text, at};
}

void append_request_line(ByteBuffer& out, const AccessRecord& record) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? std::string_view("-") : text; };
  out.append(" \"");
  out.append(or_dash(record.method));
  out.append(" ");
  out.append(or_dash(record.path));
  out.append(" ");
  out.append(or_dash(record.protocol));
  out.append("\" ");
}

}  // namespace

void append_line(ByteBuffer& out, const AccessRecord& record) {
  char time[32];
  out.append("[");
  out.append(print(record.start, time));
  out.append("]");
  append_request_line(out, record);
  Line line(out);
  line.number(record.status);
  line.plain(record.flags.empty() ? "-" : to_string(record.flags));
  line.plain(record.details);
  line.plain(record.termination_details);
  line.quoted(record.transport_failure);
  line.number(record.bytes_received);
  line.number(record.bytes_sent);
  line.number(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(record.duration).count()));
  line.plain(record.service_time);
  line.quoted(record.forwarded_for);
  line.quoted(record.user_agent);
  line.quoted(record.request_id);
  line.quoted(record.authority);
  line.quoted(record.endpoint);
  line.plain(record.cluster);
  line.plain(record.endpoint_local_address);
  line.plain(record.local_address);
  line.plain(record.client_address);
  line.plain(record.server_name);
  line.plain(record.route);
  out.append("\n");
}

void AccessLog::write(const AccessRecord& record) {
  if (pending_.size() > kPendingBytesMax) {
    ++lines_lost_;
    return;
  }
  append_line(pending_, record);
  if (pending_.size() > kFlushBytes) flush();
}

void AccessLog::flush() {
  while (!pending_.empty()) {
    pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return;
    // A pipe that is writable takes PIPE_BUF bytes without blocking, and in one piece (pipe(7)): whole lines, since
    // other shards write to it too.
    constexpr size_t kPieceBytes = 4096;
    const std::string_view front = pending_.readable().substr(0, kPieceBytes);
    const size_t last_line_end = front.rfind('\n');
    const std::string_view piece = front.substr(0, last_line_end == front.npos ? front.size() : last_line_end + 1);
    const ssize_t written = ::write(fd_, piece.data(), piece.size());
    if (written <= 0) return;
    pending_.consume(static_cast<size_t>(written));
  }
}

}  // namespace weft::telemetry
