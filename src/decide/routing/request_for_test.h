// A request for tests of routing.
#pragma once

#include <map>
#include <string>

#include "decide/routing/request_head.h"

namespace weft::decide {

// GET http://host.test/... with the headers it is given. Owns what its head() refers to.
class TestRequest final : private HeaderView {
 public:
  explicit TestRequest(std::string path) : path_(std::move(path)) {}

  TestRequest& header(const std::string& name, const std::string& value) {
    std::string& joined = headers_[name];
    joined += joined.empty() && !headers_seen_.contains(name) ? value : "," + value;
    headers_seen_[name] = true;
    return *this;
  }
  TestRequest& authority(std::string authority) {
    authority_ = std::move(authority);
    return *this;
  }
  TestRequest& random(uint64_t number) {
    random_ = number;
    return *this;
  }

  RequestHead head() const { return {"GET", "http", authority_, path_, this, random_}; }

 private:
  std::optional<std::string_view> value_of(std::string_view name, std::string&) const override {
    const auto found = headers_.find(std::string(name));
    return found == headers_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }

  std::string path_;
  std::string authority_ = "host.test";
  std::map<std::string, std::string> headers_;
  std::map<std::string, bool> headers_seen_;
  uint64_t random_ = 0;
};

}  // namespace weft::decide
