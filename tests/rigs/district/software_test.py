"""How the software merges records."""
import unittest

from rigs.district.software import _problem, merged


class MergeTest(unittest.TestCase):
    def test_named_fields_replace_and_null_clears(self):
        record = {"email": "a@vidu.example", "fax": "1", "dien_thoai": "0900"}
        self.assertEqual(merged(record, {"email": "b@vidu.example", "fax": None}),
                         {"email": "b@vidu.example", "dien_thoai": "0900"})

    def test_list_elements_merge_by_ma_and_keep_their_other_fields(self):
        record = {"le_phi": [{"ma": "tp-1", "so_tien": 8000}, {"ma": "tp-2", "so_tien": 1}]}
        self.assertEqual(merged(record, {"le_phi": [{"ma": "tp-1", "da_nop": 8000}, {"ma": "nv-3"}]})["le_phi"],
                         [{"ma": "tp-1", "so_tien": 8000, "da_nop": 8000}, {"ma": "tp-2", "so_tien": 1}, {"ma": "nv-3"}])

    def test_the_old_record_is_not_changed(self):
        record = {"le_phi": [{"ma": "tp-1", "so_tien": 8000}]}
        merged(record, {"le_phi": [{"ma": "tp-1", "so_tien": 1}], "email": "x"})
        self.assertEqual(record, {"le_phi": [{"ma": "tp-1", "so_tien": 8000}]})

    def test_an_element_without_ma_is_a_problem(self):
        self.assertIn("qua_trinh", _problem({"qua_trinh": [{"luc": "x"}]}))
        self.assertEqual(_problem({"qua_trinh": [{"ma": "nv-1"}], "email": "x"}), "")


if __name__ == "__main__":
    unittest.main()
