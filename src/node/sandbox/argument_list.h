// ArgumentList: strings in the shape that execve(2) takes.
#pragma once

#include <string>
#include <vector>

namespace weft::node {

// Owns its copies; lives until exec.
class ArgumentList {
 public:
  explicit ArgumentList(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (auto& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  ArgumentList(const ArgumentList&) = delete;
  ArgumentList& operator=(const ArgumentList&) = delete;

  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

}  // namespace weft::node
