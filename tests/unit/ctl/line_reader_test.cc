#include "gateway/ctl/line_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

namespace lienthong::ctl {
namespace {

class LineReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(pipe(ends_), 0);
    reader_ = std::make_unique<LineReader>(ends_[0]);
  }
  void TearDown() override {
    CloseInput();
    close(ends_[0]);
  }
  void Feed(const std::string& text) {
    ASSERT_EQ(write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void CloseInput() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

  int ends_[2] = {-1, -1};
  std::unique_ptr<LineReader> reader_;
};

TEST_F(LineReaderTest, GivesEachLineAndTheLastOneWithoutItsNewline) {
  Feed("a\n\nbc\nlast");
  CloseInput();
  EXPECT_EQ(reader_->Next(), "a");
  EXPECT_EQ(reader_->Next(), "");
  EXPECT_EQ(reader_->Next(), "bc");
  EXPECT_EQ(reader_->Next(), "last");
  EXPECT_EQ(reader_->Next(), std::nullopt);
  EXPECT_EQ(reader_->Next(), std::nullopt);
}

TEST_F(LineReaderTest, JoinsALineThatComesInPieces) {
  Feed("half");
  std::thread later([this] {
    Feed(" and half\nnext\n");
    CloseInput();
  });
  EXPECT_EQ(reader_->Next(), "half and half");
  EXPECT_EQ(reader_->Next(), "next");
  later.join();
}

TEST_F(LineReaderTest, StopWakesAReaderThatWaitsForInput) {
  std::thread later([this] { reader_->Stop(); });
  EXPECT_EQ(reader_->Next(), std::nullopt);
  later.join();
}

}  // namespace
}  // namespace lienthong::ctl
