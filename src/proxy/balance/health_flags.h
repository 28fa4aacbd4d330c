// HealthFlags: why an endpoint is left out; several reasons may hold at once.
#pragma once

#include <cstdint>
#include <string>

namespace weft::proxy {

enum class HealthFlag : uint8_t {
  failed_discovery = 1 << 0,      // the control plane says so (EDS health_status)
  failed_active_check = 1 << 1,   // it does not pass its health checks
  failed_outlier_check = 1 << 2,  // it is ejected for its errors
};

// A plain value; the default is healthy.
class HealthFlags {
 public:
  bool is_healthy() const { return bits_ == 0; }
  bool has(HealthFlag flag) const { return (bits_ & static_cast<uint8_t>(flag)) != 0; }
  void set(HealthFlag flag) { bits_ |= static_cast<uint8_t>(flag); }
  friend bool operator==(HealthFlags, HealthFlags) = default;

  // As Envoy's /clusters prints them: "healthy", or "/failed_active_hc/failed_outlier_check".
  std::string to_string() const {
    std::string text;
    if (has(HealthFlag::failed_active_check)) text += "/failed_active_hc";
    if (has(HealthFlag::failed_outlier_check)) text += "/failed_outlier_check";
    if (has(HealthFlag::failed_discovery)) text += "/failed_eds_health";
    return text.empty() ? "healthy" : text;
  }

 private:
  uint8_t bits_ = 0;
};

}  // namespace weft::proxy
