// Value: JSON from strangers, read so that two readers cannot differ about what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jose {

struct Member;

// One JSON value. Plain; shared between threads once it is const.
struct Value {
  enum class Kind : uint8_t { null, truth, number, text, list, object };

  Kind kind = Kind::null;
  std::string text;             // a text; of numbers and truth values their JSON form
  double number = 0;            // finite
  std::vector<Value> items;     // of a list
  std::vector<Member> members;  // of an object, as the document orders them; no name twice

  bool is(Kind what) const { return kind == what; }
  // The member of that name; nullptr where there is none, or this is no object.
  const Value* find(std::string_view name) const;
  // Nothing where the member is missing or no text.
  std::optional<std::string_view> text_of(std::string_view name) const;
};

// Of an object.
struct Member {
  std::string name;
  Value value;
};

// What claims need, and what a parser can hold without strain.
inline constexpr size_t kDepthMax = 32;

// An object and nothing behind it. Nothing for what is no JSON, has a name twice in one object, numbers that are not
// finite, bytes that are no UTF-8, or is nested deeper than kDepthMax.
std::optional<Value> parse_object(std::string_view text);

}  // namespace weft::jose
