// Headers: the header (or trailer) fields of one message, in the order received, repeats kept. All text lies in one
// buffer that is reused from message to message: in steady state nothing here allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_buffer.h"
#include "http/header_id.h"

namespace weft::http {

// Whether a field may be kept in a table that is shared with other messages of a connection (RFC 7541 7.1.3): who sent
// it may have said no, and whoever passes it on must, too.
enum class Indexing : uint8_t { allowed, never };

// One field as seen by a reader. The views are good until the Headers object is changed.
struct Field {
  std::string_view name;  // lower-case
  std::string_view value;
  HeaderId id;
  Indexing indexing = Indexing::allowed;
};

// The fields of one message. A value, owned by one message or connection, one thread. Names are stored lower-case
// (HTTP/2 requires it, HTTP/1.1 does not mind); every lookup ignores case. Values are opaque bytes; who takes them from
// outside (the codecs, the configuration) has checked that they hold no control characters. Does not limit count or
// size: the codecs do.
class Headers {
 public:
  Headers() = default;
  Headers(const Headers& other) { *this = other; }
  Headers& operator=(const Headers& other);
  Headers(Headers&&) noexcept = default;
  Headers& operator=(Headers&&) noexcept = default;

  size_t size() const { return slots_.size(); }
  bool empty() const { return slots_.empty(); }
  Field operator[](size_t index) const { return field(slots_[index]); }

  // Forgets the fields, keeps the memory.
  void clear();

  bool has(HeaderId id) const { return (present_ & bit(id)) != 0; }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  size_t count(HeaderId id) const;
  size_t count(std::string_view name) const;

  // The first value of that name.
  std::optional<std::string_view> get(HeaderId id) const;
  std::optional<std::string_view> get(std::string_view name) const;

  // All values of that name with "," between them, as a list field may be combined (RFC 9110 5.2).
  std::optional<std::string> joined(std::string_view name) const;

  // Appends a field. `name` may have any case; both views may point into this object.
  void add(std::string_view name, std::string_view value);
  void add(HeaderId id, std::string_view value) { append(name_of(id), value, id); }

  // For parsers: appends the field whose line is exactly "Name: value CR LF", with one space and none at the value's
  // end; the name has `name_size` bytes. `readable` bytes may be read from the line's begin on, so that copying may go
  // in blocks.
  void add_line(std::string_view line, size_t name_size, size_t readable);

  // For parsers: appends a field whose name is in lower case and whose id is known. Neither view points into this
  // object.
  void add_parsed(const Field& field);

  // Leaves exactly one field of that name, at the place of the first one if there was any.
  void set(std::string_view name, std::string_view value);
  void set(HeaderId id, std::string_view value);

  // Removes every field of that name; how many there were.
  size_t remove(HeaderId id);
  size_t remove(std::string_view name);

  // Removes the fields for which `unwanted(const Field&)` is true; how many there were.
  template <class Predicate>
  size_t remove_if(Predicate unwanted) {
    return erase([&](const Slot& slot) { return unwanted(field(slot)); });
  }

  // Appends every field as "name: value CR LF" (no empty line at the end).
  void append_lines(ByteBuffer& out) const;
  // How many bytes append_lines() writes.
  size_t lines_size() const;

  // Forward iteration in order: `for (const Field& field : headers)`.
  class Iterator {
   public:
    Iterator(const Headers& headers, size_t index) : headers_(&headers), index_(index) {}
    Field operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Headers* headers_;
    size_t index_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, slots_.size()}; }

 private:
  // Where one field lies in text_. There it always reads "name: value\r\n", so neighbours are written out in one copy.
  struct Slot {
    uint32_t at;
    uint32_t value_size;
    uint16_t name_size;
    HeaderId id;
    Indexing indexing = Indexing::allowed;

    uint32_t line_size() const { return name_size + value_size + 4; }
  };

  static uint64_t bit(HeaderId id) { return uint64_t{1} << static_cast<unsigned>(id); }
  Field field(const Slot& slot) const {
    const char* line = text_.readable().data() + slot.at;
    return {{line, slot.name_size}, {line + slot.name_size + 2, slot.value_size}, slot.id, slot.indexing};
  }
  const Slot* find(std::string_view name) const;
  void append(std::string_view lower_case_name, std::string_view value, HeaderId id);
  enum class NameCase : uint8_t { any, lower };
  Slot write_line(std::string_view name, std::string_view value, NameCase name_case);
  void replace(size_t index, std::string_view value);
  bool same_name(const Slot& slot, std::string_view name) const;
  void count_present();

  template <class Predicate>
  size_t erase(Predicate unwanted) {
    const size_t removed = std::erase_if(slots_, unwanted);
    if (removed > 0) count_present();
    return removed;
  }

  ByteBuffer text_;
  std::vector<Slot> slots_;
  uint64_t present_ = 0;  // bit of every HeaderId that occurs
};

}  // namespace weft::http
