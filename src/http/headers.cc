#include "http/headers.h"

#include <cstring>

#include "base/strings.h"

namespace weft::http {
namespace {

constexpr size_t kBlock = 16;

// One block's copy with its letters in lower case.
void copy_block_lower(char* out, const char* in) {
  unsigned char block[kBlock];
  std::memcpy(block, in, kBlock);
  for (unsigned char& c : block) c = static_cast<unsigned char>(c + ((static_cast<unsigned char>(c - 'A') < 26) << 5));
  std::memcpy(out, block, kBlock);
}

// Copies a name in lower case. Branchless, so that the compiler vectorises it, as it does the block's.
void copy_lower(char* out, std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    out[i] = static_cast<char>(c + ((static_cast<unsigned char>(c - 'A') < 26) << 5));
  }
}

}  // namespace

Headers& Headers::operator=(const Headers& other) {
  if (this == &other) return *this;
  text_.clear();
  text_.append(other.text_.readable());
  slots_ = other.slots_;
  present_ = other.present_;
  return *this;
}

void Headers::clear() {
  text_.clear();
  slots_.clear();
  present_ = 0;
}

size_t Headers::count(HeaderId id) const {
  if (!has(id)) return 0;
  size_t found = 0;
  for (const Slot& slot : slots_) found += slot.id == id;
  return found;
}

size_t Headers::count(std::string_view name) const {
  size_t found = 0;
  for (const Slot& slot : slots_) found += same_name(slot, name);
  return found;
}

std::optional<std::string_view> Headers::get(HeaderId id) const {
  if (!has(id)) return std::nullopt;
  for (const Slot& slot : slots_) {
    if (slot.id == id) return field(slot).value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const Slot* slot = find(name);
  if (slot == nullptr) return std::nullopt;
  return field(*slot).value;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
  std::optional<std::string> all;
  for (const Slot& slot : slots_) {
    if (!same_name(slot, name)) continue;
    if (all)
      all->push_back(',');
    else
      all.emplace();
    all->append(field(slot).value);
  }
  return all;
}

void Headers::add(std::string_view name, std::string_view value) {
  const Slot slot = write_line(name, value, NameCase::any);
  slots_.push_back(slot);
  slots_.back().id = header_id(field(slot).name);
  present_ |= bit(slots_.back().id);
}

void Headers::add_line(std::string_view line, size_t name_size, size_t readable) {
  WEFT_ASSERT(name_size <= UINT16_MAX);
  const auto at = static_cast<uint32_t>(text_.size());
  char* const out = text_.reserve(line.size() + kBlock).data();
  // Whole blocks in input and output; what is copied beyond the line is overwritten by the next one.
  if (readable >= line.size() + kBlock) {
    for (size_t done = 0; done < line.size(); done += kBlock) std::memcpy(out + done, line.data() + done, kBlock);
    const size_t value = name_size + 2;
    for (size_t done = 0; done < name_size; done += kBlock) copy_block_lower(out + done, line.data() + done);
    // The last block may have reached into the value.
    const size_t reached = (name_size + kBlock - 1) / kBlock * kBlock;
    if (reached > value) std::memcpy(out + value, line.data() + value, kBlock);
  } else {
    std::memcpy(out, line.data(), line.size());
    copy_lower(out, line.substr(0, name_size));
  }
  text_.commit(line.size());
  const HeaderId id = header_id({out, name_size});
  slots_.push_back({at, static_cast<uint32_t>(line.size() - name_size - 4), static_cast<uint16_t>(name_size), id});
  present_ |= bit(id);
}

void Headers::add_parsed(const Field& field) {
  const size_t size = field.name.size() + field.value.size() + 4;
  const auto at = static_cast<uint32_t>(text_.size());
  char* out = text_.reserve(size).data();
  std::memcpy(out, field.name.data(), field.name.size());
  out += field.name.size();
  std::memcpy(out, ": ", 2);
  if (!field.value.empty()) std::memcpy(out + 2, field.value.data(), field.value.size());
  std::memcpy(out + 2 + field.value.size(), "\r\n", 2);
  text_.commit(size);
  slots_.push_back({at, static_cast<uint32_t>(field.value.size()), static_cast<uint16_t>(field.name.size()), field.id,
                    field.indexing});
  present_ |= bit(field.id);
}

void Headers::append(std::string_view lower_case_name, std::string_view value, HeaderId id) {
  slots_.push_back(write_line(lower_case_name, value, NameCase::lower));
  slots_.back().id = id;
  present_ |= bit(id);
}

void Headers::set(std::string_view name, std::string_view value) {
  const Slot* first = find(name);
  if (first == nullptr) return add(name, value);
  replace(static_cast<size_t>(first - slots_.data()), value);
}

void Headers::set(HeaderId id, std::string_view value) {
  if (!has(id)) return add(id, value);
  size_t first = 0;
  while (slots_[first].id != id) ++first;
  replace(first, value);
}

size_t Headers::remove(HeaderId id) {
  if (!has(id)) return 0;
  WEFT_ASSERT(id != HeaderId::other);
  present_ &= ~bit(id);
  return std::erase_if(slots_, [&](const Slot& slot) { return slot.id == id; });
}

size_t Headers::remove(std::string_view name) {
  return erase([&](const Slot& slot) { return same_name(slot, name); });
}

void Headers::append_lines(ByteBuffer& out) const {
  const char* text = text_.readable().data();
  for (size_t i = 0; i < slots_.size();) {
    const uint32_t begin = slots_[i].at;
    uint32_t end = begin + slots_[i].line_size();
    for (++i; i < slots_.size() && slots_[i].at == end; ++i) end += slots_[i].line_size();
    out.append({text + begin, end - begin});
  }
}

size_t Headers::lines_size() const {
  size_t size = 0;
  for (const Slot& slot : slots_) size += slot.line_size();
  return size;
}

bool Headers::same_name(const Slot& slot, std::string_view name) const {
  return slot.name_size == name.size() && equal_ignoring_case(field(slot).name, name);
}

const Headers::Slot* Headers::find(std::string_view name) const {
  for (const Slot& slot : slots_) {
    if (same_name(slot, name)) return &slot;
  }
  return nullptr;
}

// Writes the line behind the text. The views may point into text_, which moves when it grows: they are then taken anew.
Headers::Slot Headers::write_line(std::string_view name, std::string_view value, NameCase name_case) {
  WEFT_ASSERT(name.size() <= UINT16_MAX);
  const char* before = text_.readable().data();
  const size_t held = text_.size();
  const Slot slot{static_cast<uint32_t>(held), static_cast<uint32_t>(value.size()), static_cast<uint16_t>(name.size()),
                  HeaderId::other};
  char* line = text_.reserve(slot.line_size()).data();
  const char* text = text_.readable().data();
  const auto follow = [&](std::string_view view) {
    const bool inside = view.data() >= before && view.data() < before + held;
    return inside ? std::string_view(text + (view.data() - before), view.size()) : view;
  };
  if (name_case == NameCase::any) {
    copy_lower(line, follow(name));
  } else {
    std::memcpy(line, follow(name).data(), name.size());
  }
  line += name.size();
  *line++ = ':';
  *line++ = ' ';
  if (!value.empty()) std::memcpy(line, follow(value).data(), value.size());
  std::memcpy(line + value.size(), "\r\n", 2);
  text_.commit(slot.line_size());
  return slot;
}

void Headers::replace(size_t index, std::string_view value) {
  const Field before = field(slots_[index]);
  slots_[index] = write_line(before.name, value, NameCase::lower);
  slots_[index].id = before.id;
  slots_[index].indexing = before.indexing;
  const std::string_view name = field(slots_[index]).name;
  for (size_t later = slots_.size() - 1; later > index; --later) {
    if (same_name(slots_[later], name)) slots_.erase(slots_.begin() + static_cast<ptrdiff_t>(later));
  }
}

void Headers::count_present() {
  present_ = 0;
  for (const Slot& slot : slots_) present_ |= bit(slot.id);
}

}  // namespace weft::http
