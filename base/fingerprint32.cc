#include "base/fingerprint32.h"

#include <bit>
#include <cstddef>

namespace groundhog {
namespace {

using Word = std::uint32_t;

constexpr Word kFirst = 0xcc9e2d51;  // both are Murmur3's
constexpr Word kSecond = 0x1b873593;
constexpr std::size_t kBlock = 20;  // bytes

Word WordAt(std::string_view text, std::size_t place) {
  Word word = 0;
  for (std::size_t i = 4; i > 0; --i) {
    word = (word << 8) | static_cast<unsigned char>(text[place + i - 1]);
  }
  return word;
}

Word Stir(Word hash) { return std::rotr(hash, 19) * 5 + 0xe6546b64; }
Word Scramble(Word word) { return std::rotr(word * kFirst, 17) * kSecond; }
Word Add(Word word, Word hash) { return Stir(hash ^ Scramble(word)); }

Word Finish(Word hash) {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

// Its bytes count as signed ones.
Word OfUpTo4(std::string_view text) {
  Word sum = 0;
  Word seen = 9;
  for (const char c : text) {
    sum = sum * kFirst + static_cast<Word>(static_cast<signed char>(c));
    seen ^= sum;
  }
  return Finish(Add(sum, Add(static_cast<Word>(text.size()), seen)));
}

Word OfUpTo12(std::string_view text) {
  const std::size_t size = text.size();
  const Word length = static_cast<Word>(size);
  const Word head = Add(length + WordAt(text, 0), length * 5);
  const Word tail = Add(length * 5 + WordAt(text, size - 4), head);
  return Finish(Add(9 + WordAt(text, (size / 2) & 4), tail));
}

Word OfUpTo24(std::string_view text) {
  const std::size_t size = text.size();
  const std::size_t middle = size / 2;
  const Word last = WordAt(text, size - 4);
  const Word before_last = WordAt(text, size - 8);
  const Word after_middle = WordAt(text, middle);
  Word other = std::rotr(WordAt(text, middle - 4), 12) + last;
  Word hash = Add(before_last, after_middle * kFirst + static_cast<Word>(size)) + other;
  other = std::rotr(other, 3) + before_last;
  hash = Add(WordAt(text, 0), hash) + other;
  other = std::rotr(other + last, 12) + after_middle;
  return Finish(Add(WordAt(text, 4), hash) + other);
}

struct Lanes {
  Word one;
  Word two;
  Word three;
};

Lanes OfEnd(std::string_view text) {
  const std::size_t size = text.size();
  const auto back = [text, size](std::size_t bytes) {
    return Scramble(WordAt(text, size - bytes));
  };
  const Word length = static_cast<Word>(size);
  return {.one = Stir(Stir(length ^ back(4)) ^ back(16)),
          .two = Stir(Stir(length * kFirst ^ back(8)) ^ back(12)),
          .three = std::rotr(length * kFirst + back(20), 19) + 113};
}

void AddBlock(std::string_view block, Lanes& lanes) {
  const Word words[] = {WordAt(block, 0), WordAt(block, 4), WordAt(block, 8), WordAt(block, 12),
                        WordAt(block, 16)};
  lanes.one = Add(words[3], lanes.one + words[0]) + words[4];
  lanes.two = Add(words[2], lanes.two + words[1]) + words[0];
  lanes.three = Add(words[1] + words[4] * kFirst, lanes.three + words[2]) + words[3];
  lanes.three += lanes.two;
  lanes.two += lanes.three;
}

Word Join(const Lanes& lanes) {
  const auto settle = [](Word lane) {
    return std::rotr(std::rotr(lane, 11) * kFirst, 17) * kFirst;
  };
  Word hash = lanes.one;
  for (const Word lane : {lanes.two, lanes.three}) {
    hash = std::rotr(Stir(hash + settle(lane)), 17) * kFirst;
  }
  return hash;
}

}  // namespace

std::uint32_t Fingerprint32(std::string_view text) {
  if (text.size() <= 4) return OfUpTo4(text);
  if (text.size() <= 12) return OfUpTo12(text);
  if (text.size() <= 24) return OfUpTo24(text);
  Lanes lanes = OfEnd(text);
  // The last block, or what there is of it, has been taken.
  for (std::size_t blocks = (text.size() - 1) / kBlock; blocks > 0; --blocks) {
    AddBlock(text.substr(0, kBlock), lanes);
    text.remove_prefix(kBlock);
  }
  return Join(lanes);
}

}  // namespace groundhog
