// Header operations of rules and destinations. Pure.
#pragma once

#include <optional>
#include <string>

#include <envoy/config/core/v3/base.pb.h>

#include "api/istio/virtual_service.h"

namespace weft::control::translate {

// Host and :authority are not headers to Envoy's header operations: setting them is a rewrite of the authority.
bool is_authority(const std::string& name);

// The authority that these operations ask for ("set" beats "add"), if any.
std::optional<std::string> authority_in(const std::optional<api::istio::Headers>& headers);

// Fills add and remove lists of a Route or a weighted cluster, which have the same fields.
template <class Message>
void fill_header_operations(const std::optional<api::istio::Headers>& headers, Message& message) {
  using envoy::config::core::v3::HeaderValueOption;
  if (!headers) return;
  auto fill = [](const auto& texts, auto action, auto add) {
    for (const auto& [name, value] : texts) {
      if (is_authority(name)) continue;
      HeaderValueOption& option = *add();
      option.mutable_header()->set_key(name);
      option.mutable_header()->set_value(value);
      option.set_append_action(action);
    }
  };
  if (headers->request) {
    auto add = [&] { return message.add_request_headers_to_add(); };
    fill(headers->request->set, HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD, add);
    fill(headers->request->add, HeaderValueOption::APPEND_IF_EXISTS_OR_ADD, add);
    for (const auto& name : headers->request->remove) message.add_request_headers_to_remove(name);
  }
  if (headers->response) {
    auto add = [&] { return message.add_response_headers_to_add(); };
    fill(headers->response->set, HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD, add);
    fill(headers->response->add, HeaderValueOption::APPEND_IF_EXISTS_OR_ADD, add);
    for (const auto& name : headers->response->remove) message.add_response_headers_to_remove(name);
  }
}

}  // namespace weft::control::translate
