#include "proxy/admin/options.h"

#include <functional>
#include <limits>
#include <map>

#include "base/strings.h"

namespace weft::proxy {
namespace {

using Setter = std::function<Result<>(Options&, const std::string&)>;

Result<uint64_t> number(const std::string& text, uint64_t most) {
  const auto value = weft::parse_unsigned(text);
  if (!value || *value > most)
    return fail(Reason::invalid, "wants a number up to " + std::to_string(most) + ", not " + text);
  return *value;
}

template <class Number>
Setter set_number(Number Options::* field) {
  return [field](Options& options, const std::string& text) -> Result<> {
    WEFT_TRY(const uint64_t value, number(text, std::numeric_limits<Number>::max()));
    options.*field = static_cast<Number>(value);
    return {};
  };
}

template <class Number>
Setter set_number(std::optional<Number> Options::* field, int base = 10) {
  return [field, base](Options& options, const std::string& text) -> Result<> {
    uint32_t value = 0;
    const bool is_hex = base == 16 && text.starts_with("0x");
    const char* const begin = text.data() + (is_hex ? 2 : 0);
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(begin, end, value, is_hex ? 16 : 10);
    if (read.ec != std::errc{} || read.ptr != end || value > std::numeric_limits<Number>::max()) {
      return fail(Reason::invalid, "wants a number, not " + text);
    }
    options.*field = static_cast<Number>(value);
    return {};
  };
}

Setter set_text(std::string Options::* field) {
  return [field](Options& options, const std::string& text) -> Result<> {
    options.*field = text;
    return {};
  };
}

Setter set_address(std::optional<net::Address> Options::* field) {
  return [field](Options& options, const std::string& text) -> Result<> {
    WEFT_TRY(options.*field, net::Address::parse(text));
    return {};
  };
}

Result<> add_mesh_range(Options& options, const std::string& text) {
  WEFT_TRY(auto range, net::IpRange::parse(text));
  options.mesh_ranges.push_back(range);
  return {};
}

Result<> add_listen_fd(Options& options, const std::string& text) {
  WEFT_TRY(const uint64_t fd, number(text, std::numeric_limits<int>::max()));
  options.listen_fds.push_back(static_cast<int>(fd));
  return {};
}

// "5s", "500ms" or "2m".
Result<Duration> time_of(const std::string& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(digits);
  const std::map<std::string, Duration> units = {
      {"ms", std::chrono::milliseconds(1)}, {"s", std::chrono::seconds(1)}, {"m", std::chrono::minutes(1)}};
  if (!units.contains(unit)) return fail(Reason::invalid, "wants a time such as 5s or 500ms, not " + text);
  WEFT_TRY(const uint64_t count, number(text.substr(0, digits), 86'400'000));
  return units.at(unit) * static_cast<int64_t>(count);
}

Setter set_time(Duration Options::* field) {
  return [field](Options& options, const std::string& text) -> Result<> {
    WEFT_TRY(options.*field, time_of(text));
    return {};
  };
}

// "134217728", "128Mi" or "1Gi", as Kubernetes writes quantities of memory.
Result<> set_memory_limit(Options& options, const std::string& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::map<std::string, uint64_t> units = {{"", 1}, {"Ki", 1u << 10}, {"Mi", 1u << 20}, {"Gi", 1u << 30}};
  const auto unit = units.find(text.substr(digits));
  if (digits == 0 || unit == units.end())
    return fail(Reason::invalid, "wants bytes such as 134217728 or 128Mi, not " + text);
  WEFT_TRY(const uint64_t count, number(text.substr(0, digits), uint64_t{1} << 33));
  options.memory_limit = count * unit->second;
  return {};
}

std::map<std::string, Setter, std::less<>> make_setters() {
  return {{"--node-id", set_text(&Options::node_id)},
          {"--node-metadata", set_text(&Options::node_metadata)},
          {"--xds", set_address(&Options::xds)},
          {"--xds-token-file", set_text(&Options::xds_token_file)},
          {"--static", set_text(&Options::static_file)},
          {"--admin", set_address(&Options::admin_socket)},
          {"--admin-port", set_number(&Options::admin_port)},
          {"--ready-port", set_number(&Options::ready_port)},
          {"--stats-port", set_number(&Options::stats_port)},
          {"--dns-port", set_number(&Options::dns_port)},
          {"--concurrency", set_number(&Options::concurrency)},
          {"--clients-max", set_number(&Options::clients_max)},
          {"--memory-limit", set_memory_limit},
          {"--mark", set_number(&Options::mark, 16)},
          {"--broker", set_address(&Options::broker)},
          {"--private-folder", set_text(&Options::private_folder)},
          {"--resolver", set_address(&Options::resolver)},
          {"--mesh-cidr", add_mesh_range},
          {"--listen-fd", add_listen_fd},
          {"--drain-time", set_time(&Options::drain_time)},
          {"--hot-restart", set_address(&Options::hot_restart)},
          {"--hand-over-time", set_time(&Options::hand_over_time)},
          {"--log-level", set_text(&Options::log_level)},
          {"--access-log", set_text(&Options::access_log)}};
}

Result<> check(const Options& options) {
  if (options.xds.has_value() == !options.static_file.empty()) {
    return fail(Reason::invalid, "give one of --xds ADDRESS and --static FILE");
  }
  if (options.concurrency == 0 || options.concurrency > 256)
    return fail(Reason::invalid, "--concurrency wants 1 to 256");
  if (options.hot_restart && !options.hot_restart->is_unix())
    return fail(Reason::invalid, "--hot-restart wants unix:PATH");
  return {};
}

}  // namespace

std::string Options::own_namespace() const {
  const auto parts = split(node_id, '~');
  if (parts.size() != 4) return "default";
  return std::string(parts[3].substr(0, parts[3].find('.')));
}

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  const auto setters = make_setters();
  Options options;
  for (size_t at = 0; at < arguments.size(); ++at) {
    options.wants_help |= arguments[at] == "--help" || arguments[at] == "-h";
    options.wants_version |= arguments[at] == "--version";
    if (options.wants_help || options.wants_version) return options;
    const size_t equals = arguments[at].find('=');
    const std::string flag = arguments[at].substr(0, equals);
    const auto setter = setters.find(flag);
    if (setter == setters.end()) return fail(Reason::invalid, "unknown flag " + flag);
    if (equals == std::string::npos && at + 1 == arguments.size())
      return fail(Reason::invalid, flag + " wants a value");
    const std::string value = equals == std::string::npos ? arguments[++at] : arguments[at].substr(equals + 1);
    if (const auto set = setter->second(options, value); !set) return fail(Error(set.error()).during(flag));
    options.given.emplace_back(flag.substr(2), value);
  }
  WEFT_CHECK(check(options));
  return options;
}

std::string_view usage() {
  return "usage: weft-proxy (--xds ADDRESS [--xds-token-file FILE] | --static FILE) [FLAGS]\n"
         "  --node-id ID           sidecar~IP~POD.NS~NS.svc.cluster.local, or router~... for a gateway\n"
         "  --node-metadata JSON   what the control plane should know of the workload\n"
         "  --xds ADDRESS          the control plane: unix:PATH or IP:PORT\n"
         "  --xds-token-file FILE  the token that proves which pod this is; read at each connect\n"
         "  --static FILE          a JSON array of xDS resources instead of a control plane\n"
         "  --admin unix:PATH      admin pages on a Unix socket, beside --admin-port (15000, loopback)\n"
         "  --admin-port, --ready-port, --stats-port, --dns-port N   15000, 15021, 15090, 15053; 0: none\n"
         "  --concurrency N        worker threads (1)\n"
         "  --clients-max N        connections of clients; while there are so many none is accepted (half of nofile)\n"
         "  --memory-limit SIZE    memory near which work is refused, such as 128Mi; 0: none (the cgroup's)\n"
         "  --mark N               SO_MARK of every socket that is dialled, such as 0x539\n"
         "  --broker unix:PATH     who dials addresses outside of the mesh\n"
         "  --private-folder PATH  socket files in it are no endpoints\n"
         "  --resolver IP:PORT     resolves the names of clusters; without it the broker's, else that of "
         "/etc/resolv.conf\n"
         "  --mesh-cidr A.B.C.D/N  addresses that are dialled directly; may be repeated\n"
         "  --listen-fd N          an inherited listening socket; may be repeated\n"
         "  --drain-time TIME      how long SIGTERM lets connections finish (5s)\n"
         "  --hot-restart unix:PATH  take over from the process that answers there, then answer there\n"
         "  --hand-over-time TIME  how long a process that was taken over lets connections finish (45s)\n"
         "  --access-log FILE      one line a request, - for stdout; off unless given\n"
         "  --log-level LEVEL      debug, info, warning or error (info)\n";
}

}  // namespace weft::proxy
