// Percentages with Istio's precision of 0.0001. Pure.
#pragma once

#include <cmath>

#include <envoy/type/v3/percent.pb.h>

namespace weft::control::translate {

inline void set_percent(double percent, envoy::type::v3::FractionalPercent& message) {
  constexpr double kPerPercent = 10000;
  message.set_numerator(static_cast<uint32_t>(std::lround(percent * kPerPercent)));
  message.set_denominator(envoy::type::v3::FractionalPercent::MILLION);
}

}  // namespace weft::control::translate
