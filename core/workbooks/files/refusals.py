"""Why a file cannot be read, and how much of a file is read: the sentences and the limits in one place."""

from dataclasses import dataclass

SENTENCES = {
    "empty": "文件里没有任何内容，请检查后重新上传。",
    "word": "这是 Word 文档，不是表格。请把表格另存为 Excel 工作簿（.xlsx）后再上传。",
    "slides": "这是演示文稿，不是表格。请把表格另存为 Excel 工作簿（.xlsx）后再上传。",
    "pdf": "这是 PDF 文件，不是表格。请上传 Excel 工作簿（.xlsx）。",
    "picture": "这是图片，不是表格。请上传 Excel 工作簿（.xlsx）。",
    "archive": "这是压缩包，不是表格。请解压后上传其中的 Excel 工作簿（.xlsx）。",
    "web_page": "这是网页格式的文件，不是真正的工作簿。请用 Excel 打开，另存为 .xlsx 后再上传。",
    "other_format": "这种表格格式不能直接读取。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    "not_workbook": "这不是 Excel 工作簿，也不是 CSV 文本，无法读取。",
    "password": "工作簿设了打开密码，无法读取。请取消密码后重新上传。",
    "zip_bomb": "文件解压后异常庞大，不像正常的工作簿，已拒绝读取。",
    "too_large": "文件太大，超出一次能读取的范围。请按乡镇拆成几个文件后分别上传。",
    "damaged": "文件不完整或已损坏，无法读取。请用 Excel 打开检查，重新保存后再上传。",
    "encoding": "看不出这个文本文件的编码。请在 Excel 中另存为 .xlsx 或 UTF-8 编码的 CSV 后再上传。",
    "quotes": "CSV 文件里的引号不成对，无法分清单元格。请在 Excel 中打开检查，另存为 .xlsx 后再上传。",
    "no_headings": "没有找到能识别的表头行。请下载模板，对照模板的列名检查表头后再上传。",
}


class UnreadableWorkbook(Exception):
    """A file that is refused as a whole; `code` is a key of SENTENCES, `message` a plain Chinese sentence."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        self.message = message or SENTENCES[code]
        super().__init__(self.message)


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Bytes, counts of cells, and a plain ratio; the defaults carry a county of 400,000 people.

    `box_cells` bounds the rectangle from A1 to the last filled cell: the reader allocates it whole, about 64 bytes a
    cell, so one cell in a far corner would otherwise cost gigabytes. Honest sheets deflate 8 to 60 times, bombs 1,000.
    """

    file_bytes: int = 200 << 20
    inflated_bytes: int = 1500 << 20
    ratio: int = 150
    ratio_free_bytes: int = 20 << 20
    entries: int = 5000
    box_cells: int = 16_000_000
    line_bytes: int = 1 << 20


DEFAULT_LIMITS = Limits()
