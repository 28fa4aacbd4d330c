// ExchangeValues: what the operators in header values (%REQ(x)%, %HOSTNAME% ...) stand for, of one exchange.
#pragma once

#include <string>

#include "decide/routing/header_edit.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

// Used while the edits of one message are made; the exchange outlives it. What is not known at that moment (an endpoint
// before one is chosen) is empty, as in Envoy.
class ExchangeValues final : public decide::OperatorValues {
 public:
  explicit ExchangeValues(const Exchange& exchange) : exchange_(&exchange) {}

  std::string_view value_of(decide::Operator what, std::string_view argument) const override;

 private:
  std::string_view of_request(decide::Operator what, std::string_view argument) const;
  std::string_view of_client(decide::Operator what) const;
  std::string_view of_peer(decide::Operator what) const;
  std::string_view of_answer(decide::Operator what, std::string_view argument) const;
  std::string_view of_process(decide::Operator what, const std::string& argument) const;
  std::string_view request_header(std::string_view name) const;
  std::string_view keep(std::string text) const;

  const Exchange* exchange_;
  mutable std::string scratch_;
};

}  // namespace weft::proxy
