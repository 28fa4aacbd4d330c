// What libyaml complains about, said so that it helps: at the place to look at, with what to do.
#pragma once

#include <string>
#include <string_view>

#include <yaml.h>

#include "api/tree.h"

namespace weft::api {

// The first thing wrong with a text; the position counts from the text's first line.
struct SyntaxError {
  Position at;
  Code code = Code::syntax;
  std::string message;
  std::string hint;
};

// Reads the error state of a parser that has just failed on `text`.
SyntaxError explain_syntax_error(const yaml_parser_t& parser, std::string_view text);

}  // namespace weft::api
